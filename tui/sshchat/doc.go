// Package sshchat serves the chat over SSH. A connection may ask for the chat and for
// nothing else: no command, no file, no forwarding. What is said there is kept nowhere.
//
// The rules of a session stand in terminal.go, who may come in in authorized.go, and the
// limits in server.go.
package sshchat
