// Renders what users of kustomize and Helm would get, by the libraries that kubectl and helm are made of.
// In: a JSON list of requests on stdin. Out: a JSON list of answers on stdout, in the same order.
// Never: a cluster, or anything written.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"sort"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// A request names a folder of kustomize, or a chart with its values, which are checked against its schema.
type request struct {
	Kustomize string         `json:"kustomize"`
	Chart     string         `json:"chart"`
	Values    map[string]any `json:"values"`
}

// An answer has YAML documents, or says what is wrong.
type answer struct {
	Text  string `json:"text"`
	Error string `json:"error,omitempty"`
}

func main() {
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]answer, len(requests))
	for index, one := range requests {
		text, err := one.render()
		answers[index].Text = text
		if err != nil {
			answers[index].Error = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (one request) render() (string, error) {
	if one.Chart != "" {
		return one.helm()
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), one.Kustomize)
	if err != nil {
		return "", err
	}
	text, err := built.AsYaml()
	return string(text), err
}

func (one request) helm() (string, error) {
	chart, err := loader.Load(one.Chart)
	if err != nil {
		return "", err
	}
	release := common.ReleaseOptions{Name: "ts-ingress", Namespace: "ts-ingress", Revision: 1, IsInstall: true}
	values, err := util.ToRenderValues(chart, one.Values, release, common.DefaultCapabilities)
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
		if path.Ext(name) == ".yaml" && strings.TrimSpace(rendered[name]) != "" {
			fmt.Fprintf(&out, "---\n%s\n", rendered[name])
		}
	}
	return out.String(), nil
}
