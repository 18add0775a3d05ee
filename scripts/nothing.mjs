// Stands in for optional packages that the program never uses.
export default {};
