//! scratch
use forebay::*; use std::path::Path; use std::time::Instant;
fn main(){
 let a:Vec<String>=std::env::args().collect();
 let t0=Instant::now();
 let q=Path::new(&a[1]);
 let mut patches=vec![];
 for l in std::fs::read_to_string(q.join("series")).unwrap().lines(){ let n=l.split('#').next().unwrap().split_whitespace().next(); if let Some(n)=n { let d=std::fs::read(q.join(n)).unwrap(); match patch::parse(&d){Ok(p)=>patches.push(queue::QueuePatch{name:n.into(),source:d.into(),patch:p,strip:1,reverse:false,exact:None}),Err(e)=>println!("{n}: {e}")} } }
 println!("loaded {} {:?}",patches.len(),t0.elapsed());
 let old=tree::git::GitTree::open(Path::new(&a[2]),&a[3]).unwrap();
 let new=tree::git::GitTree::open(Path::new(&a[2]),&a[4]).unwrap();
 println!("opened {:?}",t0.elapsed());
 let d=Default::default();
 let out=rebase::execute::execute(&rebase::execute::Request{package:"chromium",patches:&patches,from:Some(&old),onto:&new,decisions:&d,progress:&progress::Silent}).unwrap();
 println!("done {:?} {:?}",t0.elapsed(),out.report.summary);
 for p in &out.report.patches { if a.len()>5 || matches!(p.verdict, rebase::report::Verdict::Conflict|rebase::report::Verdict::Review|rebase::report::Verdict::Absorbed) {println!("{:?} {:?} {} {}",p.verdict,p.grade,p.name,p.reason); if a.len()>5 {for f in &p.files{println!("   {} {:?} {:?}",f.path,f.verdict,f.evidence);}}} }
}
