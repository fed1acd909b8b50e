// `npm run test:faults`: breaks what a gateway stands between, one thing after another, under load, and looks at what clients met and what
// is left over. Exits 1 when something did not hold.
import { parseArgs } from "node:util";
import { Bed, type Fault, type FaultAlone, type Finding } from "./bed.ts";
import { churnFaults } from "./churn-faults.ts";
import { clientFaults } from "./client-faults.ts";
import { nameFaults } from "./name-faults.ts";
import { portFaults } from "./port-faults.ts";
import { primaryFaults } from "./primary-faults.ts";
import { processFaults } from "./process-faults.ts";
import { clockFaults } from "./clock-faults.ts";
import { rolloutFaults } from "./rollout-faults.ts";
import { scarcityFaults } from "./scarcity-faults.ts";
import { upstreamFaults } from "./upstream-faults.ts";
import { coverage } from "./coverage.ts";
import { faultyMiddlewareFaults } from "./faulty-middleware-faults.ts";
import { hostileFaults } from "./hostile-faults.ts";
import { linkFaults } from "./link-faults.ts";
import { logFaults } from "./log-faults.ts";
import { workerFaults } from "./worker-faults.ts";

const FAULTS: readonly (Fault | FaultAlone)[] = [
  ...upstreamFaults,
  ...nameFaults,
  ...linkFaults,
  ...clientFaults,
  ...portFaults,
  ...processFaults,
  ...workerFaults,
  ...faultyMiddlewareFaults,
  ...logFaults,
  ...primaryFaults,
  ...churnFaults,
  ...hostileFaults,
  ...clockFaults,
  ...scarcityFaults,
  ...rolloutFaults,
];
const USAGE = `npm run test:faults -- [options]
  --only NAME  only this fault, repeatable; one of ${FAULTS.map(({ name }) => name).join(" ")}
  --json       findings as JSON, a line each`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});
const unknown = (values.only ?? []).filter((only) => !FAULTS.some(({ name }) => name === only));
if (values.help === true || unknown.length > 0) {
  console.log(unknown.length > 0 ? `no fault is called ${unknown.join(" or ")}\n${USAGE}` : USAGE);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const tried = new Map<string, readonly Finding[]>();
const missing = new Map<string, string>();
for (const fault of FAULTS.filter(({ name }) => values.only?.includes(name) ?? true)) {
  const why = fault.missing?.() ?? null;
  if (why !== null) {
    missing.set(fault.name, why);
    console.log(`${fault.name}  ${fault.title}\n     NOT COVERED: ${why}`);
    continue;
  }
  const findings = await runOne(fault);
  tried.set(fault.name, findings);
  show(fault, findings);
}
const names = FAULTS.map(({ name }) => name);
if (values.only === undefined && values.json !== true) console.log(`\n${coverage(names, tried, missing).join("\n")}\n`);
const failed = [...tried.values()].flat().filter(({ holds }) => !holds).length;
console.log(`${failed} findings that do not hold, ${missing.size} faults not covered`);
process.exit(failed === 0 ? 0 : 1);

async function runOne(fault: Fault | FaultAlone): Promise<Finding[]> {
  try {
    return "alone" in fault ? await fault.alone() : await inBed(fault);
  } catch (error) {
    return [{ what: "the test itself", figure: (error as Error).stack ?? String(error), holds: false }];
  }
}

async function inBed(fault: Fault): Promise<Finding[]> {
  const bed = await Bed.open();
  try {
    const findings = await fault.run(bed);
    return [...findings, ...(await bed.quiescence())];
  } finally {
    await bed.close();
  }
}

function show({ name, title }: Fault | FaultAlone, findings: readonly Finding[]): void {
  if (values.json === true) {
    for (const each of findings) console.log(JSON.stringify({ fault: name, ...each }));
    return;
  }
  console.log(`${name.padEnd(4)} ${title}`);
  for (const { what, figure, holds } of findings) console.log(`     ${holds ? "ok  " : "FAIL"}  ${what}: ${figure}`);
}
