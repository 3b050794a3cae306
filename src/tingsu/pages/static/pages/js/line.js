// Is there a line to the server? The browser knows of the network alone: a server on this very machine needs none.
const HERE = new Set(["localhost", "127.0.0.1", "[::1]"]);

export const hasLine = () => navigator.onLine || HERE.has(location.hostname);

// What is said when no answer came: a form that carries a key may be sent again, any other is looked for first.
export const unanswered = (form) => (form?.elements?.once ? "no_answer" : "no_answer_look");
