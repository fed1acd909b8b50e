import { expect, test } from "vitest";
import { referencedSecrets } from "../../../src/control-plane/translate/referenced-secrets.ts";
import { ingress, ingressClass, nginx, OPTIONS } from "../../support/resources.ts";

test("Secrets are those of spec.tls and of annotations, of Ingresses of ours and of their own namespace", () => {
  const tls = [{ hosts: [], secretName: "pair" }, { hosts: [] }, null];
  const ingresses = [
    ingress(
      "shop/web",
      { ingressClassName: "ours", tls },
      nginx({ "auth-secret": "users", "proxy-ssl-secret": "shop/ca" }),
    ),
    ingress("shop/other", { ingressClassName: "ours" }, nginx({ "auth-tls-secret": "api/ca" })),
    ingress("shop/theirs", { ingressClassName: "theirs", tls: [{ hosts: [], secretName: "theirs" }] }),
  ];
  const ingressClasses = [ingressClass("ours", "ts-ingress.io/controller")];
  const named = referencedSecrets({ ingresses, ingressClasses }, { ...OPTIONS, serveWithoutClass: false });
  expect([...named]).toEqual(["shop/pair", "shop/users", "shop/ca"]);
});
