/** The same fields without those that are undefined: in our types an absent field is absent, never undefined. */
export function onlyWritten<Shape extends object>(fields: {
  readonly [Key in keyof Required<Shape>]: Shape[Key] | undefined;
}): Shape {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Shape;
}
