package kernel

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	wordLine  = regexp.MustCompile(`(?m)^\tWORD \$0x([0-9a-f]{8}) // (.*)$`)
	encoded   = regexp.MustCompile(`encoding: \[0x([^\]]*)\]`)
	bytesLine = regexp.MustCompile(`(?m)^\tLONG \$0x([0-9a-f]{8}); WORD \$0x([0-9a-f]{4}) // (.*)$`)
	// R18 belongs to the system on macOS and Windows, R27 to Go's assembler, R28 is g,
	// R29 and R30 are the frame and the link.
	reserved = regexp.MustCompile(`\b[RrXx](18|27|28|29|30)\b|_PLATFORM\b`)
)

// armAssembly is the text of the assembly for arm64.
func armAssembly(t *testing.T) string {
	names, err := filepath.Glob("*_arm64.s")
	if err != nil || len(names) == 0 {
		t.Fatalf("no assembly for arm64 (%v)", err)
	}
	var all strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// Instructions that Go's assembler does not know are numbers with their mnemonics
// beside them. LLVM's assembler makes the same numbers of the mnemonics.
func TestWordsAreTheirMnemonics(t *testing.T) {
	words := wordLine.FindAllStringSubmatch(armAssembly(t), -1)
	if len(words) == 0 {
		t.Fatal("the assembly for arm64 has no numbers; the regular expression is wrong")
	}
	slices.SortFunc(words, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	words = slices.CompactFunc(words, func(a, b []string) bool { return a[0] == b[0] })
	var source strings.Builder
	for _, word := range words {
		fmt.Fprintln(&source, word[2])
	}
	codes := assembled(t, "aarch64", source.String())
	if len(codes) != len(words) {
		t.Fatalf("llvm-mc made %d instructions of %d", len(codes), len(words))
	}
	for i, word := range words {
		if want := fmt.Sprintf("%08x", binary.LittleEndian.Uint32(codes[i])); word[1] != want {
			t.Errorf("%s is 0x%s, the assembly has 0x%s", word[2], want, word[1])
		}
	}
}

// The same for AVX512_BF16 on amd64, whose instructions have six bytes.
func TestBytesAreTheirMnemonics(t *testing.T) {
	text, err := os.ReadFile("bfloat16_avx512_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	lines := bytesLine.FindAllStringSubmatch(string(text), -1)
	if n := strings.Count(string(text), "LONG"); n == 0 || n != len(lines) {
		t.Fatalf("%d of %d instructions in numbers are read", len(lines), n)
	}
	var source strings.Builder
	for _, line := range lines {
		fmt.Fprintln(&source, line[3])
	}
	codes := assembled(t, "x86_64", source.String())
	if len(codes) != len(lines) {
		t.Fatalf("llvm-mc made %d instructions of %d", len(codes), len(lines))
	}
	for i, line := range lines {
		low, high := binary.LittleEndian.Uint32(codes[i]), binary.LittleEndian.Uint16(codes[i][4:])
		if want := fmt.Sprintf("%08x %04x", low, high); line[1]+" "+line[2] != want {
			t.Errorf("%s is %s, the assembly has %s %s", line[3], want, line[1], line[2])
		}
	}
}

// assembled is the code of each line of source, which llvm-mc makes.
func assembled(t *testing.T, triple, source string) (codes [][]byte) {
	t.Helper()
	assembler, err := exec.LookPath("llvm-mc")
	if err != nil {
		t.Skip("llvm-mc is not here to assemble the mnemonics")
	}
	run := exec.Command(assembler, "-triple="+triple, "-show-encoding")
	run.Stdin = strings.NewReader(source)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("llvm-mc: %v\n%s", err, out)
	}
	for _, code := range encoded.FindAllStringSubmatch(string(out), -1) {
		bytes, err := hex.DecodeString(strings.ReplaceAll(code[1], ",0x", ""))
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, bytes)
	}
	return codes
}

func TestArm64LeavesReservedRegisters(t *testing.T) {
	if used := reserved.FindString(armAssembly(t)); used != "" {
		t.Errorf("the assembly for arm64 uses register %s", used)
	}
}

// The README of cvae/bench counts the instructions of a step of the matrix product.
func TestProductLoopOfArm64(t *testing.T) {
	_, loop, _ := strings.Cut(armAssembly(t), "\nloop6:\n")
	loop, _, _ = strings.Cut(loop, "BNE loop6")
	if all, products := strings.Count(loop, "\n")+1, strings.Count(loop, "fmla"); all != 36 || products != 24 {
		t.Errorf("a step is %d instructions with %d multiply-adds, not 36 with 24", all, products)
	}
}
