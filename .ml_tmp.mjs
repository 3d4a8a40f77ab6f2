import { Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';
function best(f,R){let b=1e9;for(let i=0;i<R;i++){const a=performance.now();f();b=Math.min(b,performance.now()-a);}return b.toFixed(3);}
for(const [m,n,r] of [[100,5,2000],[300,100,30],[1200,300,3],[20000,100,3]]){const A=Matrix.rand(m,n);console.log('ml qr',m,n,best(()=>new QrDecomposition(A),r));}
for(const n of [20,100]){const A=Matrix.rand(n,n);console.log('ml svd',n,best(()=>new SingularValueDecomposition(A),20));}
