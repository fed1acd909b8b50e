import { toggle } from "./annotation.ts";

export const useRegex = toggle(
  "use-regex",
  false,
  "The paths are regular expressions (RE2 syntax), from the beginning of the path and in any case. As in ingress-nginx this holds for all paths of its hosts, also Exact ones and those of other Ingresses: the longest is tried first, and the first that matches serves.",
);
