import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

test.concurrent.each<[string[], string]>([
  [["chekc", "x"], "Did you mean check?"],
  [["check", "deploy/local", "--ingres-class", "x"], "Did you mean --ingress-class?"],
  [["check"], "missing required argument"],
  [["check", "deploy/local", "too-much"], "too many arguments"],
  [["check", "deploy/local", "-o", "xml"], "Allowed choices are text, json"],
  [["check", "no-such-folder"], "there is no folder 'no-such-folder'"],
  [["translate", "deploy/local", "-o", "text"], "Allowed choices are yaml, json"],
  [["explain", "ftp://shop.example.com/", "deploy/local"], "not an http or https URL"],
  [["explain", "http://shop.example.com/%zz", "deploy/local"], "answered 400"],
  [["dev", "no-such-folder"], "there is no folder"],
  [["dev", "deploy/local", "--http-port", "80a"], "Give a port from 1 to 65535"],
  [["dev", "deploy/local", "--map", "web=3000"], "for example shop/web:80=127.0.0.1:3000"],
  [["dev", "deploy/local", "--bind", "example.com"], "Give an address of this machine"],
  [["dev", "deploy/local", "--log-format", "xml"], "Allowed choices are pretty, json"],
  [["demo", "too-much"], "too many arguments"],
  [["controller", "--apiserver-host", "10.0.0.1:6443"], "Give the URL of an API server"],
  [["controller", "--watch-namespace", "Shop"], "Give the name of a namespace"],
  [["controller", "--watch-namespace", "shop", "--watch-namespace-selector", "a=b"], "cannot be used with"],
  [["controller", "--controller-class", "nginx"], "k8s.io/ingress-nginx"],
  [[], "Usage: ts-ingress"],
])("%j is wrong usage: exit 2, said on stderr", async (args, message) => {
  const { code, stdout, stderr } = await runCli(args);
  expect(stderr).toContain(message);
  expect(stdout).toBe("");
  expect(code).toBe(2);
});

test("a wrong variable is wrong usage too", async () => {
  const { code, stderr } = await runCli(["check", "deploy/local"], { TS_INGRESS_OUTPUT: "xml" });
  expect(stderr).toContain("TS_INGRESS_OUTPUT has the value 'xml'");
  expect(code).toBe(2);
});

test("--version and --help answer on stdout", async () => {
  const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
  expect(await runCli(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  for (const command of [[], ["dev"], ["demo"], ["check"], ["translate"], ["explain"], ["controller"]]) {
    const { code, stdout } = await runCli([...command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Examples:");
  }
});

test("help is a command too", async () => {
  const { code, stdout } = await runCli(["help", "check"]);
  expect(stdout).toContain("Usage: ts-ingress check");
  expect(code).toBe(0);
});
