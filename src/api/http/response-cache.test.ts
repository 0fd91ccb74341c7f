import { expect, test } from "@jest/globals";
import { ResponseCache, type CachedResponse } from "./response-cache.js";

const whole = (text: string): CachedResponse => ({ status: 200, headers: [], json: Buffer.from(text), isWhole: true });
const failed = (text: string): CachedResponse => ({ ...whole(text), isWhole: false });

/** Makers of answers that are complete when the test says so. */
function maker(): {
  make: () => Promise<CachedResponse>;
  made: number;
  complete: (answer: CachedResponse) => void;
  fail: () => void;
} {
  const waiting: { resolve: (answer: CachedResponse) => void; reject: (error: Error) => void }[] = [];
  const self = {
    made: 0,
    make: () => {
      self.made++;
      return new Promise<CachedResponse>((resolve, reject) => waiting.push({ resolve, reject }));
    },
    complete: (answer: CachedResponse) => waiting.shift()!.resolve(answer),
    fail: () => waiting.shift()!.reject(new Error("no answer")),
  };
  return self;
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const text = async (answer: Promise<CachedResponse>): Promise<string> => (await answer).json.toString();
const at = (snapshot: string, what = "what") => ({ snapshot, text: what });

test("the same question at the same snapshot is answered once, while it is answered and after", async () => {
  const answers = new ResponseCache(10_000);
  const by = maker();
  const both = [answers.respond(at("1"), by.make), answers.respond(at("1"), by.make)];
  by.complete(whole("a"));
  expect(await Promise.all(both.map(text))).toEqual(["a", "a"]);
  expect(await text(answers.respond(at("1"), by.make))).toBe("a");
  expect(by.made).toBe(1);
});

test("another question has its own answer", async () => {
  const answers = new ResponseCache(10_000);
  await answers.respond(at("1", "mine"), () => Promise.resolve(whole("mine")));
  expect(await text(answers.respond(at("1", "yours"), () => Promise.resolve(whole("yours"))))).toBe("yours");
});

test("a later snapshot gets neither what was kept nor what is still being made", async () => {
  const answers = new ResponseCache(10_000);
  const by = maker();
  const early = answers.respond(at("1"), by.make);
  const late = answers.respond(at("2"), by.make);
  by.complete(whole("old"));
  by.complete(whole("new"));
  expect([await text(early), await text(late)]).toEqual(["old", "new"]);
  expect(await text(answers.respond(at("2"), by.make))).toBe("new");
  expect(by.made).toBe(2);
});

test("an answer that was overtaken by a later snapshot is not kept", async () => {
  const answers = new ResponseCache(10_000);
  const by = maker();
  const early = answers.respond(at("1"), by.make);
  await answers.respond(at("2", "other"), () => Promise.resolve(whole("other")));
  by.complete(whole("old"));
  await early;
  const again = answers.respond(at("2"), by.make);
  await turn();
  expect(by.made).toBe(2);
  by.complete(whole("new"));
  expect(await text(again)).toBe("new");
});

test("errors are for who asked: whoever waits for them asks too", async () => {
  const answers = new ResponseCache(10_000);
  const by = maker();
  const first = answers.respond(at("1"), by.make);
  const second = answers.respond(at("1"), by.make);
  by.complete(failed("first"));
  await turn();
  by.complete(failed("second"));
  expect([await text(first), await text(second)]).toEqual(["first", "second"]);
  const third = answers.respond(at("1"), by.make);
  const fourth = answers.respond(at("1"), by.make);
  by.fail();
  await expect(third).rejects.toThrow("no answer");
  await turn();
  by.complete(whole("fourth"));
  expect(await text(fourth)).toBe("fourth");
});

test("what is kept has a limit, and what is larger is not kept at all", async () => {
  const answers = new ResponseCache(5_000);
  let made = 0;
  const ask = (what: string, bytes: number): Promise<CachedResponse> =>
    answers.respond(at("1", what), () => Promise.resolve((made++, whole("x".repeat(bytes)))));
  for (const what of ["a", "b", "c"]) await ask(what, 1_500);
  await ask("c", 1_500);
  expect(made).toBe(3);
  await ask("a", 1_500);
  expect(made).toBe(4);
  for (const _ of [1, 2]) await ask("large", 6_000);
  expect(made).toBe(6);
});

test("without memory nothing is shared", async () => {
  const answers = new ResponseCache(0);
  const by = maker();
  const both = [answers.respond(at("1"), by.make), answers.respond(at("1"), by.make)];
  expect(by.made).toBe(2);
  by.complete(whole("a"));
  by.complete(whole("b"));
  expect(await Promise.all(both.map(text))).toEqual(["a", "b"]);
});
