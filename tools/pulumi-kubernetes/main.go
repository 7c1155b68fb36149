// pulumi-resource-kubernetes serves the released Kubernetes provider.
//
// Upstream's own main embeds files that its release makes and its module lacks. The toolchain takes what they are made
// of from the pinned module and lays it beside this file in a scratch copy, so this folder alone does not build.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var mapping []byte

// version is set by the linker.
var version string

func main() { provider.Serve("kubernetes", version, schema, mapping) }
