/** Whether PostgreSQL can store the text: it has no zero byte and no lone surrogate. */
export const isStorable = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text);
