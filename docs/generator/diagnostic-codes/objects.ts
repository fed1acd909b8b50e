// Codes about files, the cluster, and objects as they are read.
import { type Codes, error, info, warning } from "./code.ts";

export const FILES: Codes = {
  FolderUnreadable: error("The folder does not exist or cannot be read.", "Name a folder that can be read."),
  FolderEmpty: error("No file below the folder ends in .yaml, .yml or .json.", "Name the folder of your manifests."),
  FileUnreadable: error("A file cannot be read.", "Make it readable, or remove it."),
  FileTooLarge: error("A file has more than 16 MiB.", "Split it."),
  FileNotParsed: error(
    "A file is not valid YAML or JSON. While it was good before, its last good version stays in use.",
    "Correct the syntax; render a Helm template first.",
  ),
};

export const CLUSTER: Codes = {
  ClusterRefusesToTell: error(
    "The API server does not let us follow a kind of objects, or a Secret by its name. What was known of it stays in use.",
    "Allow get, list and watch in the Role or ClusterRole of our service account.",
    "reference",
  ),
  ClassesByNameAlone: info(
    "With `--watch-namespace` our permissions show us no IngressClasses. Ingresses are served that name a class of `--ingress-class`; `--controller-class` and a default class are without effect.",
    "Nothing where that is meant; else allow get, list and watch of ingressclasses in a ClusterRole.",
    "reference",
  ),
  ClusterKindMissing: error(
    "The API server does not have a kind that we follow.",
    "Use a newer Kubernetes.",
    "reference",
  ),
  ClusterListDoubted: warning(
    "A new list lacks more than half of what was known of a kind. The objects stay in use until two more lists say the same.",
    "Nothing where they were deleted; else look at the API server and its etcd.",
    "reference",
  ),
  SecretGoneKeptForNow: warning(
    "A Secret with a certificate was deleted while Ingresses name it. The certificate serves for five more minutes.",
    "Create it again, or take it out of spec.tls.",
    "reference",
  ),
  NamedObjectsTooMany: error(
    "Ingresses name more than 500 Secrets that are not of type kubernetes.io/tls.",
    "Name fewer.",
    "conflict",
  ),
};

export const OBJECTS: Codes = {
  NotAnObject: error("A document is not a map.", "Write a Kubernetes object."),
  KindUnknown: error("The kind is misspelt.", "Write the kind that the remedy names."),
  ApiVersionNotServed: error(
    "The kind is one we read, in a version we do not.",
    "Convert it, for example with kubectl convert.",
  ),
  NameInvalid: error("The name or namespace is not one Kubernetes allows.", "Rename the object."),
  FieldMissing: error("A field that must be there is missing.", "Add it."),
  FieldUnknown: error(
    "An Ingress has a field that does not exist, often since it is not indented as it should be. It has no effect, and the API server refuses the object.",
    "Write what the remedy names.",
  ),
  FieldWrongType: error("A field has a value of another type.", "Write the type the message names."),
  FieldInvalid: error("A field has a value that is not allowed.", "Write a valid value."),
  SecretNotBase64: error(
    "A value in data of a Secret is not base64.",
    "Encode it with base64 -w0, or move it to stringData.",
  ),
  ObjectDuplicate: error(
    "Two objects have the same kind, namespace and name. The first counts.",
    "Remove or rename one of the two.",
    "conflict",
  ),
};
