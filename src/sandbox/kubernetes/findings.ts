import type { Cause } from "./status-error.js";

/** Records errors with the messages of `field.Error`. */
export class Findings {
  readonly causes: Cause[] = [];

  required(field: string, hint = ""): void {
    this.causes.push({ reason: "FieldValueRequired", message: `Required value${hint && `: ${hint}`}`, field });
  }
  invalid(field: string, value: unknown, why: string): void {
    this.causes.push({
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
      field,
    });
  }
  duplicate(field: string, value: unknown): void {
    this.causes.push({ reason: "FieldValueDuplicate", message: `Duplicate value: ${JSON.stringify(value)}`, field });
  }
  notFound(field: string, value: unknown): void {
    this.causes.push({ reason: "FieldValueNotFound", message: `Not found: ${JSON.stringify(value)}`, field });
  }
  forbidden(field: string, why: string): void {
    this.causes.push({ reason: "FieldValueForbidden", message: `Forbidden: ${why}`, field });
  }
  notSupported(field: string, value: unknown, supported: readonly string[]): void {
    this.causes.push({
      reason: "FieldValueNotSupported",
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((word) => `"${word}"`).join(", ")}`,
      field,
    });
  }
}

/** The three shapes of a name. */
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
export const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
export const serviceName = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
/** The messages for the three forms. */
export const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
export const serviceRule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** Records a name that is not an RFC 1123 label of at most 63 characters. */
export function checkLabelName(found: Findings, field: string, name: string): void {
  if (name.length > 63) found.invalid(field, name, "must be no more than 63 characters");
  else if (!label.test(name)) found.invalid(field, name, labelRule);
}
