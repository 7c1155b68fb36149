//go:build tools

// Package tools pins the binaries that the toolchain builds.
package tools

import (
	_ "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3"
)
