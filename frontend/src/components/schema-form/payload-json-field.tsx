import { Input } from "@mantine/core";

import type { Problem } from "@/types/api";
import classes from "./schema-form.module.css";

type PayloadJsonFieldProps = { text: string; problems: readonly Problem[]; onType: (text: string) => void };

/** The whole payload as editable JSON, with its problems below, each with the path of its field. */
export function PayloadJsonField({ text, problems, onType }: PayloadJsonFieldProps) {
  const payloadProblems = problems.filter(({ attr }) => attr?.startsWith("payload"));
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
        error={payloadProblems.length > 0 && <Problems problems={payloadProblems} />}
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
          error={payloadProblems.length > 0}
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
