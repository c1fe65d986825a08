/** A picture's address after the build. */
declare module "*.png" {
  const address: string;
  export default address;
}
