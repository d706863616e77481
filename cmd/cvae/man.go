package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// manOptions are where the manual is written and what it is of.
type manOptions struct {
	Dir  string
	Root *cobra.Command
	// Date is the day of the manual, such as 2026-11-29; empty: unknown.
	Date string
}

// newMan is a hidden command: packages run it, people read what it writes with man.
func newMan(runF func(context.Context, *manOptions) error) *cobra.Command {
	o := &manOptions{}
	return &cobra.Command{
		Use: "man DIR", Short: "Write the manual pages into a folder", Hidden: true, Args: arguments(cobra.ExactArgs(1)),
		Long: `Write the manual pages into a folder, a page for every command.

Their date is SOURCE_DATE_EPOCH, seconds since 1970, or that of the commit which the
program was built from.`,
		Example: "  cvae man ~/.local/share/man/man1",
		RunE: func(c *cobra.Command, args []string) (err error) {
			o.Dir, o.Root = args[0], c.Root()
			if o.Date, err = manualDate(); err != nil {
				return err
			}
			return runF(c.Context(), o)
		},
	}
}

// manualDate is the day of SOURCE_DATE_EPOCH, or of the commit.
func manualDate() (string, error) {
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil || seconds < 0 {
			return "", usagef("SOURCE_DATE_EPOCH is %q; it must be seconds since 1970", epoch)
		}
		return time.Unix(seconds, 0).UTC().Format(time.DateOnly), nil
	}
	info, _ := debug.ReadBuildInfo()
	if r := builtFrom(info); r.Time != nil {
		day, _, _ := strings.Cut(*r.Time, "T")
		return day, nil
	}
	return "", nil
}

func runMan(_ context.Context, o *manOptions) error {
	if err := os.MkdirAll(o.Dir, 0o777); err != nil {
		return fmt.Errorf("making the folder of the manual: %w", err)
	}
	return eachCommand(o.Root, func(c *cobra.Command) error {
		name := filepath.Join(o.Dir, pageName(c)+".1")
		if err := os.WriteFile(name, []byte(manPage(c, o.Date)), 0o666); err != nil {
			return fmt.Errorf("writing the manual: %w", err)
		}
		return nil
	})
}

// eachCommand walks the commands that help lists, c first.
func eachCommand(c *cobra.Command, f func(*cobra.Command) error) error {
	if err := f(c); err != nil {
		return err
	}
	for _, sub := range listed(c) {
		if err := eachCommand(sub, f); err != nil {
			return err
		}
	}
	return nil
}

// listed are the commands under c that have a page.
func listed(c *cobra.Command) (list []*cobra.Command) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			list = append(list, sub)
		}
	}
	return list
}

// pageName is the name of a command's page, such as cvae-corpus-show.
func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }
