/** What the page adds to GraphiQL's own style, in GraphiQL's own colours, so that its dark theme fits too. */
export const graphiqlStyles = `
html, body, #page { height: 100%; margin: 0; }
.page { display: flex; flex-direction: column; height: 100%; font-family: Roboto, system-ui, sans-serif; }
.page > .graphiql-container { flex: 1; min-height: 0; height: auto; }

.login-bar { display: flex; align-items: center; gap: 16px; padding: 8px 16px; background: #1b2240; color: #fff; }
.login-bar strong { font-size: 17px; letter-spacing: 0.04em; }
.login-bar form, .login-bar div { display: flex; align-items: center; gap: 8px; margin-left: auto; }
.login-bar input, .login-bar button {
  font: inherit; font-size: 14px; padding: 5px 10px; border-radius: 4px; border: 1px solid #5a648f;
}
.login-bar input { width: 200px; background: #fff; color: #1b2240; }
.login-bar button { background: #3a4679; color: #fff; cursor: pointer; }
.login-bar button:hover { background: #4d5b97; }
.login-trouble { color: #ffb4a8; font-size: 14px; }
.login-name { font-size: 14px; }
.login-name::before { content: "●"; color: #63d297; margin-right: 8px; }

.graphiql-main, .graphiql-sessions, .graphiql-session, .graphiql-session > div { min-height: 0; }
.graphiql-container .graphiql-footer { border: 0; }
.graphiql-footer:has(.stream) { flex: 2 1 0; display: flex; min-height: 0; }
.graphiql-container .graphiql-response .result-window { flex: 1 1 0; min-height: 0; }
.stream { display: flex; flex-direction: column; flex: 1; min-width: 0; margin: 8px 12px 12px; font-size: 13px; }
.stream h2 { display: flex; align-items: center; gap: 10px; margin: 0 0 6px; font-size: 14px; }
.stream-state { padding: 1px 8px; border-radius: 9px; font-size: 12px; color: #fff; background: #6b7280; }
.stream-live { background: #178a50; }
.stream-failed { background: #c0392b; }
.stream-count { font-weight: normal; opacity: 0.7; }
.stream pre, .stream ol {
  flex: 1; min-height: 0; overflow: auto; margin: 0; padding: 10px 12px; border-radius: 6px;
  font-family: "Fira Code", ui-monospace, monospace; font-size: 12.5px; line-height: 1.5;
}
.stream pre { background: #14182b; color: #d9def2; white-space: pre-wrap; overflow-wrap: anywhere; }
.stream ol { list-style: none; background: hsla(var(--color-neutral), 0.06); }
.stream li { display: flex; gap: 12px; padding: 2px 0; overflow-wrap: anywhere; }
.stream li span:last-child { min-width: 0; white-space: pre-line; }
.stream ol:empty::before { content: "Nothing yet."; opacity: 0.6; }
.stream-time { flex: none; width: 52px; text-align: right; opacity: 0.6; }

.operations h2 { margin: 0 0 12px; font-size: 22px; }
.operations h3 { margin: 14px 0 4px; font-size: 13px; opacity: 0.65; text-transform: capitalize; }
.operations button {
  display: flex; justify-content: space-between; width: 100%; padding: 4px 8px; border: 0; border-radius: 4px;
  background: none; color: inherit; font: inherit; font-size: 14px; text-align: left; cursor: pointer;
}
.operations button:hover { background: hsla(var(--color-neutral), 0.09); }
.operations small { opacity: 0.55; }
`;
