/** The conditions of a statement, in SQL; each `?` stands for a value. */
export class Where {
  private readonly conditions: string[] = [];
  private readonly given: unknown[] = [];

  and(condition: string, ...values: readonly unknown[]): this {
    this.conditions.push(condition);
    this.given.push(...values);
    return this;
  }

  is(column: string, value: string): this {
    return this.and(`${column} = ?`, value);
  }

  /** No condition when it is not given. */
  isGiven(column: string, value: string | null | undefined): this {
    return value ? this.is(column, value) : this;
  }

  /** One of these; of none, when the list is empty. */
  in(column: string, values: "ALL" | readonly string[]): this {
    return values === "ALL" ? this : this.and(`${column} = any(?)`, values);
  }

  /** What belongs to an app of one of these namespaces. */
  inAppsOf(namespaces: "ALL" | readonly string[]): this {
    if (namespaces === "ALL") return this;
    return this.and("app_id in (select id from app where namespace_id = any(?))", namespaces);
  }

  /** Only what comes after this place of the list. */
  after(column: string, way: "<" | ">", value: string | undefined): this {
    return value === undefined ? this : this.and(`${column} ${way} ?`, value);
  }

  /** The conditions with numbered values, which begin behind those that the statement has already. */
  sql(before: number): { readonly text: string; readonly values: readonly unknown[] } {
    let number = before;
    const text = this.conditions.map((condition) => condition.replaceAll("?", () => `$${++number}`)).join(" and ");
    return { text: text === "" ? "true" : text, values: this.given };
  }
}
