/** A public key for sites without private objects. Its private key was deleted when it was made. */
export const NOBODY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhWreg8dbYQbd6Lo37I13a2KIq4Bq
b69tuQpp/1U0oXykZfeWDWoMM561yLlc/B9rjjWinHIdLXgWBzmb4rCpxg==
-----END PUBLIC KEY-----
`;
