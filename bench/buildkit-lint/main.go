// BuildKit's own Dockerfile lint as a plain program: `docker build --check` without a daemon, for the benchmark.
// Base images are taken as unknown but for a PATH, so nothing is fetched.
//
//	buildkit-lint FILE...    one line for each file: its findings, or why it cannot be built
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
)

type anyImage struct{}

func (anyImage) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config := []byte(`{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/bin:/bin"]},"rootfs":{"type":"layers"}}`)
	return ref, digest.FromBytes(config), config, nil
}

func lint(path string) (count int, err error) {
	// A file that BuildKit cannot cope with is that file's result, not the end of the run.
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic: %v", caught)
		}
	}()
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	// Without a client the directive is the only way to switch every rule on.
	if _, _, _, own := parser.ParseDirective("check", text); !own {
		text = append([]byte("# check=experimental=all\n"), bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))...)
	}
	source := llb.NewSourceMap(nil, path, "Dockerfile", text)
	source.Definition = &llb.Definition{}
	capabilities := pb.Caps.CapSet(pb.Caps.All())
	options := dockerfile2llb.ConvertOpt{
		SourceMap:    source,
		MetaResolver: anyImage{},
		LLBCaps:      &capabilities,
	}
	results, err := dockerfile2llb.DockerfileLint(context.Background(), text, options)
	if err != nil {
		return 0, err
	}
	if results.Error != nil {
		return len(results.Warnings), fmt.Errorf("%s", results.Error.Message)
	}
	return len(results.Warnings), nil
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	total, broken := 0, 0
	for _, path := range os.Args[1:] {
		count, err := lint(path)
		total += count
		if err != nil {
			broken++
			fmt.Fprintf(out, "%s: %d findings, %v\n", path, count, err)
			continue
		}
		fmt.Fprintf(out, "%s: %d findings\n", path, count)
	}
	fmt.Fprintf(out, "%d findings, %d files that do not build\n", total, broken)
}
