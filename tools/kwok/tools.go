//go:build tools

// Package tools pins the binaries that the toolchain builds.
package tools

import (
	_ "sigs.k8s.io/kwok/cmd/kwok"
)
