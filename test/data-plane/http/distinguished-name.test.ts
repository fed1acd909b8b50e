import { expect, test } from "vitest";
import { rfc2253 } from "../../../src/data-plane/http/distinguished-name.ts";

// What Node has of a subject, and what `openssl x509 -nameopt RFC2253` writes of it.
test.each([
  ["", ""],
  ["CN=anna", "CN=anna"],
  ["C=DE\nO=Shop\nCN=anna", "CN=anna,O=Shop,C=DE"],
  ['O=Shop\\, Ltd\nCN=a\\+b \\"c\\"', 'CN=a\\+b \\"c\\",O=Shop\\, Ltd'],
  ["O=Müller\nCN=日", "CN=\\E6\\97\\A5,O=M\\C3\\BCller"],
  ["OU=a + UID=b\nCN=c", "CN=c,UID=b+OU=a"],
  ["CN=a\\0Ab", "CN=a\\0Ab"],
])("%j", (lines, name) => expect(rfc2253(lines)).toBe(name));
