// Verify reads a log directory with Go's own transparency log packages, which share no code with ours.
//
// Usage: verify DIRECTORY VKEY INDEX ENTRY-FILE OLD-SIZE OLD-ROOT
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type directory string

func (d directory) Height() int { return 8 }

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		// Go writes tile/8/L/N, C2SP tlog-tiles writes tile/L/N.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		raw, err := os.ReadFile(filepath.Join(string(d), path))
		if err != nil {
			return nil, err
		}
		all = append(all, raw)
	}
	return all, nil
}

func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	d := directory(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	raw, err := os.ReadFile(filepath.Join(string(d), "checkpoint"))
	must(err)
	opened, err := note.Open(raw, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	rootBytes, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	var root, oldRoot tlog.Hash
	copy(root[:], rootBytes)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, d)

	index, err := strconv.ParseInt(os.Args[3], 10, 64)
	must(err)
	entry, err := os.ReadFile(os.Args[4])
	must(err)
	proof, err := tlog.ProveRecord(size, index, reader)
	must(err)
	must(tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(entry)))

	old, err := strconv.ParseInt(os.Args[5], 10, 64)
	must(err)
	oldBytes, err := base64.StdEncoding.DecodeString(os.Args[6])
	must(err)
	copy(oldRoot[:], oldBytes)
	growth, err := tlog.ProveTree(size, old, reader)
	must(err)
	must(tlog.CheckTree(growth, size, root, old, oldRoot))
	for _, hash := range proof {
		fmt.Println(hash)
	}
	fmt.Println("--")
	for _, hash := range growth {
		fmt.Println(hash)
	}
}
