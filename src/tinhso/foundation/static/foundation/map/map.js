async function n(){}export{n as draw};
