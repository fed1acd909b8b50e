import type { Socket } from "node:net";
import { Failed } from "../exchange/failure.ts";
import type { StreamRecord } from "./stream-record.ts";
import type { StreamSurroundings } from "./surroundings.ts";

/** Serves a connection, cuts it off where that fails, and tells of it once it is over. Never rejects. */
export async function recorded(
  client: Socket,
  record: StreamRecord,
  { onFinished }: Pick<StreamSurroundings, "onFinished">,
  serve: () => Promise<void>,
): Promise<void> {
  client.on("error", () => {});
  try {
    await serve();
  } catch (error) {
    const { failure, detail } = Failed.from(error);
    record.failure = failure;
    record.failureDetail = detail;
    client.destroy();
  } finally {
    record.finishedAt = performance.now();
    onFinished(record);
  }
}
