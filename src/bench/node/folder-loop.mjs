// Ids of a file to files of items, with fetch and JSON.parse: what a good Node program does.
// usage: node folder-loop.mjs API IDS OUT
import { createReadStream } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";

const [api, ids, out] = process.argv.slice(2);
const path = "/v3/serp/naver/organic/task_get/regular/";
const authorization = "Basic " + Buffer.from("sandbox:sandbox").toString("base64");
const concurrency = 30;

for (const kind of ["organic", "paid", "other"]) {
  await mkdir(`${out}/${kind}`, { recursive: true });
}

async function write(kind, id, items) {
  if (items.length === 0) return;
  const hidden = `${out}/${kind}/.${id}.tmp`;
  await writeFile(hidden, JSON.stringify(items));
  await rename(hidden, `${out}/${kind}/${id}.json`);
}

// what the product adds to each item; a member that is not there is left out by JSON
function search({ id, data }, result) {
  const of = (name) => result[name] ?? data[name];
  return {
    id,
    tag: data.tag,
    keyword: of("keyword"),
    se_domain: of("se_domain"),
    location_code: of("location_code"),
    language_code: of("language_code"),
    device: data.device,
    os: data.os,
    check_url: result.check_url,
    datetime: result.datetime,
    spell: result.spell,
  };
}

// a call whose connection is dropped is made again
async function answer(id) {
  for (let call = 1; ; call++) {
    try {
      return await (await fetch(api + path + id, { headers: { authorization } })).json();
    } catch (e) {
      if (call === 6) throw e;
    }
  }
}

async function work(id) {
  const task = (await answer(id)).tasks[0];
  if (task.status_code !== 20000) throw new Error(`${id}: ${task.status_code}`);
  const lots = { organic: [], paid: [], other: [] };
  for (const result of task.result) {
    const member = search(task, result);
    for (const item of result.items) (lots[item.type] ?? lots.other).push({ ...item, task: member });
  }
  await write("other", id, lots.other);
  await write("paid", id, lots.paid);
  await write("organic", id, lots.organic);
}

const lines = createInterface({ input: createReadStream(ids) })[Symbol.asyncIterator]();
await Promise.all(
  Array.from({ length: concurrency }, async () => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      await work(line.value);
    }
  }),
);
setInterval(() => {}, 1e6); // it is measured, then killed
