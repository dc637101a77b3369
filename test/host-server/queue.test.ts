import assert from "node:assert/strict";
import { test } from "node:test";
import { ahead, Queue } from "../../host-server/queue.ts";

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const item of items) read.push(item);
  return read;
}

test("a reader gets everything that was pushed before the end, in order", async () => {
  const queue = new Queue<number>();
  queue.push(1);
  const reading = all(queue);
  queue.push(2);
  await undefined;
  queue.push(3);
  queue.close();
  queue.push(4);
  assert.deepEqual(await reading, [1, 2, 3]);
});

test("an error comes after what was pushed before it", async () => {
  const queue = new Queue<number>();
  queue.push(1);
  queue.fail(new Error("broken"));
  const iterator = queue[Symbol.asyncIterator]();
  assert.deepEqual(await iterator.next(), { value: 1, done: false });
  await assert.rejects(iterator.next(), /broken/);
});

test("reading ahead does not wait for the reader, hands on errors, and ends with its signal", async () => {
  let given = 0;
  const source = async function* () {
    while (given < 3) yield ++given;
    throw new Error("dry");
  };
  const items = ahead(source(), new AbortController().signal);
  await new Promise(setImmediate);
  assert.equal(given, 3);
  const iterator = items[Symbol.asyncIterator]();
  for (const value of [1, 2, 3]) assert.deepEqual(await iterator.next(), { value, done: false });
  await assert.rejects(iterator.next(), /dry/);

  const abort = new AbortController();
  const endless = async function* () {
    yield 1;
    await new Promise(() => {});
  };
  const reading = all(ahead(endless(), abort.signal));
  await new Promise(setImmediate);
  abort.abort();
  assert.ok((await reading).length <= 1);
});
