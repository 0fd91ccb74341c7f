import { useState, useSyncExternalStore, type SubmitEvent } from "react";
import type { Session } from "./session.js";

/** Who is logged in, or the form for it. */
export function LoginBar({ session }: { readonly session: Session }) {
  const name = useSyncExternalStore(session.subscribe, session.name);
  return (
    <header className="login-bar">
      <strong>Orrery</strong>
      {name === undefined ? (
        <LoginForm session={session} />
      ) : (
        <div>
          <span className="login-name">{name}</span>
          <button type="button" onClick={() => void session.logout()}>
            Log out
          </button>
        </div>
      )}
    </header>
  );
}

function LoginForm({ session }: { readonly session: Session }) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(event.currentTarget)) as Record<
      "email" | "password",
      string
    >;
    setBusy(true);
    setError("");
    session
      .login(email, password)
      .catch((cause: unknown) => setError(cause instanceof Error ? cause.message : String(cause)))
      .finally(() => setBusy(false));
  };

  return (
    <form onSubmit={submit}>
      <span className="login-error" role="alert">
        {error}
      </span>
      <input name="email" type="email" required autoComplete="username" placeholder="E-mail" aria-label="E-mail" />
      <input
        name="password"
        type="password"
        required
        autoComplete="current-password"
        placeholder="Password"
        aria-label="Password"
      />
      <button disabled={busy}>Log in</button>
    </form>
  );
}
