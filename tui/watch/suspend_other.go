//go:build !unix

package watch

import tea "charm.land/bubbletea/v2"

// suspend does nothing: there is no shell that could continue the program.
func suspend() tea.Cmd { return nil }
