import type { MantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";

export const SCHEMES: { scheme: MantineColorScheme; word: string; Icon: typeof IconSun }[] = [
  { scheme: "auto", word: "System", Icon: IconDeviceDesktop },
  { scheme: "light", word: "Light", Icon: IconSun },
  { scheme: "dark", word: "Dark", Icon: IconMoon },
];
