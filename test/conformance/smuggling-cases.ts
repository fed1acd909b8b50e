import type { Row } from "./case.ts";
import { BODY_FRAMING } from "./cases/body-framing.ts";
import { CHUNKED } from "./cases/chunked.ts";
import { CONNECTION_STATE } from "./cases/connection-state.ts";
import { FIELD_SYNTAX } from "./cases/field-syntax.ts";
import { HOST_ROWS } from "./cases/host.ts";
import { REQUEST_LINE } from "./cases/request-line.ts";

/** The rows of smuggling-cases.tsv that a client can bring about with bytes alone. */
export const CASES: readonly Row[] = [
  ...REQUEST_LINE,
  ...HOST_ROWS,
  ...FIELD_SYNTAX,
  ...BODY_FRAMING,
  ...CHUNKED,
  ...CONNECTION_STATE,
];
