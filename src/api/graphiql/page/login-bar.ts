import { browser, element, type Rendered } from "./browser.js";
import type { Session } from "./session.js";

const { useState, useSyncExternalStore } = browser.React;

interface FormEvent {
  preventDefault(): void;
  readonly currentTarget: { readonly elements: Readonly<Record<string, { readonly value: string }>> };
}

/** Who is logged in, or the form for it. */
export function LoginBar({ session }: { readonly session: Session }): Rendered {
  const name = useSyncExternalStore(session.subscribe, session.name);
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { email, password } = event.currentTarget.elements;
    setBusy(true);
    setTrouble("");
    session
      .login(email?.value ?? "", password?.value ?? "")
      .catch((error: unknown) => setTrouble(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
  };

  return element(
    "header",
    { className: "login-bar" },
    element("strong", null, "Orrery"),
    name === undefined
      ? element(
          "form",
          { onSubmit: submit },
          element("span", { className: "login-trouble", role: "alert" }, trouble),
          element("input", {
            name: "email",
            type: "email",
            required: true,
            autoComplete: "username",
            placeholder: "E-mail",
            "aria-label": "E-mail",
          }),
          element("input", {
            name: "password",
            type: "password",
            required: true,
            autoComplete: "current-password",
            placeholder: "Password",
            "aria-label": "Password",
          }),
          element("button", { disabled: busy }, "Log in"),
        )
      : element(
          "div",
          null,
          element("span", { className: "login-name" }, name),
          element("button", { type: "button", onClick: () => void session.logout() }, "Log out"),
        ),
  );
}
