import { createSignal, onCleanup, type Accessor } from "solid-js";

import { TaskQueue } from "../../../domain/queue.ts";

/** A question with a few answers. */
export interface Question {
  title: string;
  text: string;
  options: { value: string; label: string; primary?: boolean; danger?: boolean }[];
}

export interface Asker {
  /** The question that is open; null for none. */
  question: Accessor<Question | null>;
  /** Answers the value chosen, null when the person chose none. Questions wait for each other. */
  ask: (question: Question) => Promise<string | null>;
  answer: (value: string | null) => void;
}

/** Call it inside a root: a question that is open when the root ends is answered with null. */
export function createAsker(): Asker {
  const [question, setQuestion] = createSignal<Question | null>(null);
  let resolve: ((value: string | null) => void) | undefined;
  const questions = new TaskQueue();
  const answer = (value: string | null): void => {
    setQuestion(null);
    resolve?.(value);
    resolve = undefined;
  };
  onCleanup(() => answer(null));
  return {
    question,
    answer,
    ask: (next) =>
      questions.run(async () => {
        const answered = new Promise<string | null>((done) => (resolve = done));
        setQuestion(next);
        return await answered;
      }),
  };
}
