//go:build tools

// Package tools pins the binaries that the toolchain builds.
package tools

import (
	_ "go.etcd.io/etcd/server/v3"
)
