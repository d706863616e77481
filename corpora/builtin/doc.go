// Package builtin is the corpus that comes with the program: short everyday
// dialogues, written by hand as a grammar and generated from it, the same ones
// at every call and on every machine.
//
// One context has many fitting responses. They differ in intent, mood and
// topic, and every turn is labelled with all three, so a test can ask what a
// latent variable has learnt:
//
//	intent  greet, invite, tell, ask, accept, decline, propose, joke, thank, close
//	mood    warm, neutral, grumpy, excited
//	topic   food, weather, work, travel, music, film, sport, pets, health,
//	        shopping, plans, home, smalltalk
//
// The second turn, which answers the opening, has one of five intents: accept
// goes along with the first speaker (yes, agreed, poor you, well done), decline
// goes against (no, I doubt it), ask wants to know more, propose puts forward
// something else, joke takes it lightly. Both the intent and the mood of that
// turn are drawn uniformly and independently of the context.
//
// Some of the answers to "Shall we order pizza tonight?":
//
//	accept, neutral   Sure, I'll take one with mushrooms.
//	decline, grumpy   Pizza again? I can't see any more cheese.
//	ask, warm         What would you like on yours, so we can share?
//	propose, excited  Let's make our own pizza! I have everything here!
//	joke, warm        Pizza is round, like my belly. We're family.
//
// The grammar is in the folder grammar. A dialogue starts with an opening of
// a scene, goes on with an answer of the scene or of its kind, and then walks
// through states, each of which names its successors. See follow.txt for
// the states and food.txt for a scene.
package builtin
