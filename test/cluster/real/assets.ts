/** The folder with kube-apiserver, etcd and kubectl; undefined where none is named, and then nothing that needs them runs. */
export const ASSETS = process.env["KUBEBUILDER_ASSETS"] || undefined;

/** Why there is no real API server here; null where there is one. */
export const NO_SERVER =
  ASSETS === undefined
    ? "KUBEBUILDER_ASSETS is not set; `npm run test:cluster` builds what it names, where there is Go"
    : null;
