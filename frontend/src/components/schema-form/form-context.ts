import { createContext, use } from "react";

import type { Problem } from "@/types/api";
import type { FormState } from "./use-form-state";

export type FormContextValue = Pick<FormState, "set" | "leave" | "announce"> & { visibleProblems: readonly Problem[] };

const FormContext = createContext<FormContextValue | null>(null);

export const FormContextProvider = FormContext.Provider;

/** Returns the state of the form around a field. */
export function useForm(): FormContextValue {
  const form = use(FormContext);
  if (!form) throw new Error("Fields must be inside a SchemaForm");
  return form;
}
