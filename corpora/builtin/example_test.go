package builtin_test

import (
	"fmt"

	"github.com/cvae-go/cvae/corpora/builtin"
	"github.com/cvae-go/cvae/dialog"
)

// One context and the first five of its answers.
func ExampleDialogues() {
	const context = "Shall we order pizza tonight?"
	fmt.Println(context)
	shown := 0
	for d := range builtin.Dialogues(dialog.Train) {
		if d.Turns[0].Text != context {
			continue
		}
		answer := d.Turns[1]
		fmt.Printf("%s, %s: %s\n", answer.Labels["intent"], answer.Labels["mood"], answer.Text)
		if shown++; shown == 5 {
			break
		}
	}
	// Output:
	// Shall we order pizza tonight?
	// ask, warm: What would you like on yours, so we can share?
	// joke, warm: Pizza is round, like my belly. We're family.
	// decline, grumpy: Leave me alone, I had a terrible week.
	// joke, excited: Did you say pizza? I'm already at your door!
	// propose, excited: Wait, I know! Soup, and then pizza!
}
