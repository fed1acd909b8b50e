// A process: opens connections that make one request each, then does nothing. Started with a port and how many.
import { connect } from "node:net";
import { announce } from "../announce.ts";
import { BODY, HEADERS, PATH } from "../load/request.ts";

const [port = 0, count = 0] = process.argv.slice(2).map(Number);
const AT_ONCE = 100;
const request = `GET ${PATH} HTTP/1.1\r\n${HEADERS.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;

for (let open = 0; open < count; open += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, ask));
announce(port);

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    let text = "";
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed by the proxy")));
    socket.on("data", (piece: Buffer) => {
      text += piece.toString("latin1");
      if (text.includes(BODY)) resolve();
    });
  });
}
