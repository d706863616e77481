package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// TestDecodedSettings: files of settings and of word vectors are read whatever byte order
// mark they begin with.
func TestDecodedSettings(t *testing.T) {
	dir := t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	vectors := "tea" + strings.Repeat(" 0.5", 8) + "\nlike" + strings.Repeat(" -0.5", 8) + "\n"
	for ext, content := range map[string]string{"yaml": tinyConfig, "json": `{"batch": 4, "max_steps": 2, "max_epochs": 0}`, "toml": "batch = 4\nmax_steps = 2\n"} {
		for i, encoding := range []interface{ String(string) (string, error) }{
			unicode.UTF8BOM.NewEncoder(), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(),
		} {
			name := fmt.Sprintf("settings%d.%s", i, ext)
			for file, text := range map[string]string{name: content, "vectors.txt": vectors} {
				encoded, err := encoding.String(text)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(encoded), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c, err := settings{File: name}.fresh()
			if err != nil || c.Batch != 4 {
				t.Errorf("%s: batch %d, %v", name, c.Batch, err)
			}
			if ext == "yaml" {
				called(t, "train", "--corpus", "chat", "--config", name, "--max-steps", "1", "--out", name+".run", "--set", "embedding.init=vectors.txt")
			}
		}
	}
}
