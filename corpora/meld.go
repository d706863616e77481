package corpora

// Format meld reads the CSV files of MELD (Poria et al. 2019, "MELD: A
// Multimodal Multi-Party Dataset for Emotion Recognition in Conversations"): an
// utterance a row, and one dialogue in rows that follow each other with the
// same Dialogue_ID. Turns have Labels["emotion"] and Labels["sentiment"].
// Bytes of Windows-1252, which the first release has, are decoded.

// meldPlace tells the split of train_sent_emo.csv and the like.
var meldPlace = matching(`^(.+)_sent_emo\.csv$`)
