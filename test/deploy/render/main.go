// Renders what a user would get: `render kustomize FOLDER` as kubectl kustomize does, `render helm CHART [VALUES.yaml]` as
// helm template does, values checked against values.schema.json. Objects go to stdout as YAML documents.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

const release, namespace = "ts-ingress", "ts-ingress"

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: render kustomize FOLDER | render helm CHART [VALUES.yaml]"))
	}
	text, err := "", error(nil)
	if os.Args[1] == "kustomize" {
		text, err = kustomize(os.Args[2])
	} else {
		text, err = helm(os.Args[2], os.Args[3:])
	}
	if err != nil {
		fail(err)
	}
	fmt.Print(text)
}

func kustomize(folder string) (string, error) {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return "", err
	}
	text, err := built.AsYaml()
	return string(text), err
}

func helm(folder string, files []string) (string, error) {
	chart, err := loader.Load(folder)
	if err != nil {
		return "", err
	}
	given := map[string]any{}
	if len(files) > 0 {
		if given, err = common.ReadValuesFile(files[0]); err != nil {
			return "", err
		}
	}
	options := common.ReleaseOptions{Name: release, Namespace: namespace, Revision: 1, IsInstall: true}
	values, err := util.ToRenderValues(chart, given, options, common.DefaultCapabilities)
	if err != nil {
		return "", err
	}
	rendered, err := engine.Render(chart, values)
	if err != nil {
		return "", err
	}
	names := make([]string, 0, len(rendered))
	for name := range rendered {
		names = append(names, name)
	}
	sort.Strings(names)
	var out strings.Builder
	for _, name := range names {
		if filepath.Ext(name) == ".yaml" && strings.TrimSpace(rendered[name]) != "" {
			fmt.Fprintf(&out, "---\n# %s\n%s\n", name, rendered[name])
		}
	}
	return out.String(), nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
