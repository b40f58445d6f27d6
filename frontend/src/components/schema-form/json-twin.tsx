import { Input } from "@mantine/core";

import type { Problem } from "@/types/api";
import classes from "./schema-form.module.css";

type JsonTwinProps = { text: string; problems: readonly Problem[]; onType: (text: string) => void };

/** The same payload as text. What is wrong with it stands below it, named by its place. */
export function JsonTwin({ text, problems, onType }: JsonTwinProps) {
  const wrong = problems.filter(({ attr }) => attr?.startsWith("payload"));
  return (
    <div className={classes.field}>
      <label htmlFor="payload" className={classes.label}>
        Payload as JSON
      </label>
      <Input.Wrapper
        id="payload"
        classNames={{ description: classes.help, error: classes.error }}
        inputWrapperOrder={["input", "error", "description"]}
        errorProps={{ component: "div", role: "status" }}
        error={wrong.length > 0 && <Problems problems={wrong} />}
        description="Keys left out take their defaults. Secrets are not shown: “$encrypted$” keeps them."
      >
        <Input
          component="textarea"
          multiline
          id="payload"
          classNames={{ input: `${classes.textarea} ${classes.twin} mono` }}
          spellCheck={false}
          autoComplete="off"
          value={text}
          error={wrong.length > 0}
          onChange={(event) => onType(event.currentTarget.value)}
        />
      </Input.Wrapper>
    </div>
  );
}

function Problems({ problems }: { problems: readonly Problem[] }) {
  return (
    <ul className={classes.problems}>
      {problems.map(({ attr, detail }) => (
        <li key={`${attr} ${detail}`}>
          {attr !== "payload" && <code>{attr?.slice("payload.".length)}: </code>}
          {detail}
        </li>
      ))}
    </ul>
  );
}
