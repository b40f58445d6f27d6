import { Radio, useMantineColorScheme } from "@mantine/core";

import { SCHEMES } from "./color-schemes";
import classes from "./theme-choice.module.css";

/** The same choice as the bar's theme button, with its meaning. This browser keeps it. */
export function ThemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Radio.Group label="Colours" description="Kept in this browser" value={colorScheme} onChange={setColorScheme}>
      <div className={classes.choices}>
        {SCHEMES.map(({ scheme, word }) => (
          <Radio key={scheme} value={scheme} label={word} />
        ))}
      </div>
    </Radio.Group>
  );
}
