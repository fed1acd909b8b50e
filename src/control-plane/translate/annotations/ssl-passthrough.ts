import { toggle } from "./annotation.ts";

export const sslPassthrough = toggle(
  "ssl-passthrough",
  false,
  "Hand TLS connections for the hosts of the Ingress on unopened, chosen by server name (SNI), to the Service of path `/`, whichever Ingress has it. All other annotations and paths of the hosts hold for plain HTTP alone, and that is spoken to the Service in HTTPS. No flag is needed. Beside an annotation that protects (`auth-url`, `auth-type`, `auth-tls-secret`, source ranges, limits), and with an invalid value, nothing is let through.",
);
