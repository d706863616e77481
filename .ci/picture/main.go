// Command picture draws a captured terminal screen as SVG:
//
//	tmux capture-pane -e -p | go run ./.ci/picture > screen.svg
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := picture(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "picture: "+err.Error())
		os.Exit(1)
	}
}

// picture draws the capture that it reads.
func picture(in io.Reader, out io.Writer) error {
	capture, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("reading the capture: %w", err)
	}
	w := bufio.NewWriter(out)
	draw(w, screenOf(string(capture)))
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the picture: %w", err)
	}
	return nil
}
