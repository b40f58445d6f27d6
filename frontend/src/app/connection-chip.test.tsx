import { screen } from "@testing-library/react";
import { act } from "react";
import { describe, expect, it } from "vitest";

import { setConnection } from "@/lib/connection";
import { draw } from "@test/render";
import { ConnectionChip } from "./connection-chip";

const AT = new Date(2026, 0, 31, 14, 2, 11).getTime();

describe("the connection chip", () => {
  it.each([
    [{ phase: "connecting", online: true }, "Connecting"],
    [{ phase: "live", online: true }, "Live"],
    // Frames that arrive count more than the browser's "offline".
    [{ phase: "live", online: false }, "Live"],
    [{ phase: "reconnecting", online: true }, "Reconnecting"],
    [{ phase: "not_live", online: true }, "Not live"],
    [{ phase: "not_live", online: false }, "Offline"],
  ] as const)("says for %o: %s", (connection, word) => {
    act(() => setConnection({ ...connection, dataAt: AT }));
    draw(<ConnectionChip />);
    expect(screen.getByRole("status")).toHaveTextContent(word);
  });

  it("dates the data while it is not live", () => {
    act(() => setConnection({ phase: "reconnecting", online: true, dataAt: AT }));
    draw(<ConnectionChip />);
    expect(screen.getByText(/data from/)).toHaveTextContent("14:02");
    act(() => setConnection({ phase: "live" }));
    expect(screen.queryByText(/data from/)).toBeNull();
  });
});
