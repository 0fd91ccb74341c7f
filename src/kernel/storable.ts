/** Whether PostgreSQL can hold the text: it has no zero byte and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text);
