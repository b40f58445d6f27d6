import { Fragment } from "react";

import { toJson } from "@/lib/json";
import { tokenizeJson } from "@/lib/json-tokens";
import { CopyButton } from "./copy-button";
import classes from "./json-view.module.css";

/** Shows a value as JSON with syntax highlighting and a copy button. It is never rendered as HTML. */
export function JsonView({ value, what }: { value: unknown; what: string }) {
  const text = toJson(value, 2);
  return (
    <div className={classes.frame}>
      <div className={classes.copy}>
        <CopyButton text={text} what={what} />
      </div>
      <pre className={classes.text} tabIndex={0} role="region" aria-label={what}>
        {tokenizeJson(text).map((token, index) =>
          token.kind ? (
            <span key={index} className={classes[token.kind]}>
              {token.text}
            </span>
          ) : (
            <Fragment key={index}>{token.text}</Fragment>
          ),
        )}
      </pre>
    </div>
  );
}
