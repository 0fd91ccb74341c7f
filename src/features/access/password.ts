import { hash, verify } from "@node-rs/argon2";

/** OWASP's first choice for argon2id (the package's default algorithm): 19 MiB, two passes. */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const minimumPasswordLength = 12;

export const hashPassword = (password: string): Promise<string> => hash(password, options);

let decoy: Promise<string> | undefined;

/** Whether the password fits. Without a hash it takes as long as with one, so that the time does not tell who is a member. */
export async function passwordFits(storedHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword("no member has this password");
  const fits = await verify(storedHash ?? (await decoy), password).catch(() => false);
  return fits && storedHash !== undefined;
}
