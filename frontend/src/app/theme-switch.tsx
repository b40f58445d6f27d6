import { ActionIcon, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop } from "@tabler/icons-react";

import { closeDropdown, Dropdown } from "@/components/dropdown";
import item from "@/components/menu-item.module.css";
import { SCHEMES } from "./color-schemes";

export function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = SCHEMES.find((each) => each.scheme === colorScheme) ?? SCHEMES[0];
  const Icon = current?.Icon ?? IconDeviceDesktop;
  return (
    <Dropdown
      label="Theme"
      align="end"
      trigger={(opens) => (
        <ActionIcon {...opens} variant="default" size={32} aria-label={`Theme: ${current?.word ?? "System"}`}>
          <Icon size={17} aria-hidden />
        </ActionIcon>
      )}
    >
      {SCHEMES.map(({ scheme, word, Icon: SchemeIcon }) => (
        <button
          key={scheme}
          type="button"
          className={item.item}
          aria-pressed={scheme === colorScheme}
          onClick={(event) => {
            setColorScheme(scheme);
            closeDropdown(event.currentTarget);
          }}
        >
          <SchemeIcon size={17} aria-hidden /> {word}
        </button>
      ))}
    </Dropdown>
  );
}
