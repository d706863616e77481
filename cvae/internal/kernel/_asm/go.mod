module github.com/cvae-go/cvae/internal/kernel/asm

go 1.26.0
